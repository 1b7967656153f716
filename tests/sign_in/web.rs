//! Requests to addresses of this machine, forms, and the browser of a user who clicks.

use tests::http::exchange;
use tests::recording::{Headers, Response};

/// Sends a request to an address.
pub(crate) fn send(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Response {
    let (authority, path) = split(url);
    let mut all = vec![("Host".to_owned(), authority.to_owned())];
    all.extend(headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let address = authority.replace("localhost", "127.0.0.1").parse().unwrap();
    exchange(address, method, path, &Headers(all), body.as_bytes())
}

/// Reads what is at an address.
pub(crate) fn get(url: &str) -> Response {
    send("GET", url, &[], "")
}

/// Sends a form.
pub(crate) fn post_form(url: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Response {
    let headers = [headers, &[("Content-Type", "application/x-www-form-urlencoded")]].concat();
    send("POST", url, &headers, &form(fields))
}

/// Fields as a form or a query.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// A field of the query of an address.
pub(crate) fn query(url: &str, name: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

/// The authority and the rest of an address.
pub(crate) fn split(url: &str) -> (&str, &str) {
    let rest = url.strip_prefix("http://").unwrap_or_else(|| panic!("an address of this machine: {url}"));
    let slash = rest.find('/').unwrap_or(rest.len());
    (&rest[..slash], if slash == rest.len() { "/" } else { &rest[slash..] })
}

/// Opens the page of the test identity provider, and clicks the button of a user: the address to which the browser is sent then.
pub(crate) fn click(url: &str, user: &str) -> String {
    let page = get(url);
    assert_eq!(page.status, 200, "{url}: {page:?}");
    let between = |text: &str, start: &str, end: &str| {
        text.split_once(start).unwrap_or_else(|| panic!("{start} in {text}")).1.split_once(end).unwrap().0.to_owned()
    };
    let ticket = between(&page.body, "name=\"ticket\" value=\"", "\"");
    let before = page.body.split_once(&format!(">Sign in as {user}<")).unwrap_or_else(|| panic!("{user}: {page:?}")).0;
    let button = before.rsplit_once("name=\"user\" value=\"").unwrap().1.split('"').next().unwrap().to_owned();
    let (address, _) = url.split_once('?').unwrap();
    let origin = format!("http://{}", split(url).0);
    let sent = post_form(address, &[("ticket", &ticket), ("user", &button)], &[("Origin", &origin)]);
    assert_eq!(sent.status, 303, "{sent:?}");
    sent.headers.get("Location").unwrap().to_owned()
}
