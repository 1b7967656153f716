//! An issuer of tokens whose metadata, keys and answers a test chooses.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair};
use aws_lc_rs::{encoding::AsDer as _, rsa};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A key with its id.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) algorithm: Algorithm,
    key: EncodingKey,
    /// The private key in PEM, of RSA.
    pem: String,
}

impl Key {
    pub(crate) fn new(id: &str, algorithm: Algorithm) -> Self {
        let curve = |signing| EcdsaKeyPair::generate(signing).unwrap().to_pkcs8v1().unwrap().as_ref().to_vec();
        let mut pem = String::new();
        let key = match algorithm {
            Algorithm::ES256 => EncodingKey::from_ec_der(&curve(&ECDSA_P256_SHA256_FIXED_SIGNING)),
            Algorithm::ES384 => EncodingKey::from_ec_der(&curve(&ECDSA_P384_SHA384_FIXED_SIGNING)),
            _ => {
                let pair = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).unwrap();
                let der: aws_lc_rs::encoding::Pkcs8V1Der<'_> = pair.as_der().unwrap();
                pem = format!(
                    "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
                    base64::prelude::BASE64_STANDARD.encode(der.as_ref())
                );
                EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap()
            }
        };
        Key { id: id.to_owned(), algorithm, key, pem }
    }

    /// The public key, as in a JWKS.
    pub(crate) fn public(&self) -> Value {
        let mut jwk = serde_json::to_value(Jwk::from_encoding_key(&self.key, self.algorithm).unwrap()).unwrap();
        jwk["kid"] = json!(self.id);
        jwk["use"] = json!("sig");
        jwk
    }

    /// The public key of the curve P-256 as `SubjectPublicKeyInfo`.
    pub(crate) fn public_der(&self) -> Vec<u8> {
        const BEFORE_POINT: [u8; 27] = [
            0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
            0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
        ];
        let public = self.public();
        let point = [&public["x"], &public["y"]].map(|part| BASE64.decode(part.as_str().unwrap()).unwrap()).concat();
        [&BEFORE_POINT[..], &point].concat()
    }

    /// The private key in PEM.
    pub(crate) fn private_pem(&self) -> String {
        self.pem.clone()
    }

    /// A token with this header and these claims, whatever they are.
    pub(crate) fn sign(&self, header: &Value, claims: &str) -> String {
        let message = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims));
        let signature = crypto::sign(message.as_bytes(), &self.key, self.algorithm).unwrap();
        format!("{message}.{signature}")
    }

    /// A token with these claims.
    pub(crate) fn token(&self, claims: &Value) -> String {
        self.sign(&self.header(), &claims.to_string())
    }

    pub(crate) fn header(&self) -> Value {
        json!({ "alg": format!("{:?}", self.algorithm), "typ": "at+jwt", "kid": self.id })
    }
}

/// A status, headers, a body.
pub(crate) type Page = (u16, Vec<(String, String)>, String);

/// What is at the paths of the issuer.
#[derive(Default)]
pub(crate) struct Site {
    pub(crate) pages: HashMap<String, Page>,
    /// The paths that were asked for.
    pub(crate) asked: Vec<String>,
    /// The bodies of requests.
    pub(crate) forms: Vec<String>,
    pub(crate) pause: Duration,
}

/// The issuer.
pub(crate) struct Issuer {
    pub(crate) origin: String,
    pub(crate) site: Arc<Mutex<Site>>,
}

/// The path of the issuer's own address.
pub(crate) const PATH: &str = "/tenant";

impl Issuer {
    /// An issuer with these keys.
    pub(crate) fn start(keys: &[&Key]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let site = Arc::new(Mutex::new(Site::default()));
        let shared = Arc::clone(&site);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let site = Arc::clone(&shared);
                std::thread::spawn(move || drop(answer(stream, &site)));
            }
        });
        let issuer = Issuer { origin, site };
        issuer.publish(keys);
        issuer
    }

    /// The address of the issuer, as `iss` has it.
    pub(crate) fn address(&self) -> String {
        format!("{}{PATH}", self.origin)
    }

    /// Publishes these keys.
    pub(crate) fn publish(&self, keys: &[&Key]) {
        let keys: Vec<_> = keys.iter().map(|key| key.public()).collect();
        self.set("/keys", 200, &json!({ "keys": keys }).to_string());
        let metadata = json!({ "issuer": self.address(), "jwks_uri": format!("{}/keys", self.origin) });
        // The last of the forms in which clients look.
        self.set(&format!("{PATH}/.well-known/openid-configuration"), 200, &metadata.to_string());
    }

    pub(crate) fn set(&self, path: &str, status: u16, body: &str) {
        self.site.lock().unwrap().pages.insert(path.to_owned(), (status, Vec::new(), body.to_owned()));
    }

    /// How often a path was asked for.
    pub(crate) fn count(&self, path: &str) -> usize {
        self.site.lock().unwrap().asked.iter().filter(|asked| *asked == path).count()
    }
}

fn answer(stream: TcpStream, site: &Mutex<Site>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let (mut line, mut length) = (String::new(), 0);
    while reader.read_line(&mut line)? > 2 {
        let header = line.to_ascii_lowercase();
        length = header.strip_prefix("content-length:").map_or(length, |length| length.trim().parse().unwrap_or(0));
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let (pause, page) = {
        let mut site = site.lock().unwrap();
        site.asked.push(path.clone());
        site.forms.extend((length > 0).then(|| String::from_utf8_lossy(&body).into_owned()));
        let page = site.pages.get(&path).or_else(|| site.pages.get(path.split('?').next().unwrap_or_default()));
        (site.pause, page.cloned())
    };
    std::thread::sleep(pause);
    let (status, headers, body) = page.unwrap_or((404, Vec::new(), String::new()));
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = format!("HTTP/1.1 {status} x\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n", body.len());
    reader.get_mut().write_all((head + &body).as_bytes())
}
