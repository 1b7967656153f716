//! The executable of a package: what its ELF header says, and whether the machines of Azure can run it.

use elf::ElfBytes;
use elf::abi::{DT_NEEDED, EM_AARCH64, EM_X86_64, ET_DYN, ET_EXEC, PT_INTERP, SHT_DYNAMIC, SHT_GNU_VERNEED};
use elf::endian::LittleEndian;
use elf::file::Class;
use elf::gnu_symver::VerNeedIterator;
use elf::section::SectionHeader;
use elf::string_table::StringTable;
use serde::{Serialize, Serializer};
use std::fmt::{self, Display};
use std::str::FromStr;

/// A version of glibc, such as 2.31.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Glibc {
    major: u16,
    minor: u16,
}

/// The oldest glibc of machines that run function apps: Debian 11. Zig builds for it.
pub(super) const OLDEST_GLIBC: Glibc = Glibc { major: 2, minor: 31 };
/// The glibc of Debian 12, on which the images of Azure Functions stand since 2025.
pub(super) const PLATFORM_GLIBC: Glibc = Glibc { major: 2, minor: 36 };

impl Display for Glibc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl Serialize for Glibc {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for Glibc {
    type Err = String;

    /// Reads `2.31`, and `2.2.5` without its last part.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.split('.');
        let mut number = || parts.next()?.parse().ok();
        match (number(), number()) {
            (Some(major), Some(minor)) => Ok(Glibc { major, minor }),
            _ => Err("it is no version such as 2.31".to_owned()),
        }
    }
}

/// The needs of an executable: the machine that runs it has to have them.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Executable {
    pub(super) architecture: &'static str,
    /// The program that loads it, and its libraries; `None` if it is static.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) interpreter: Option<String>,
    /// The shared libraries that it names.
    pub(super) libraries: Vec<String>,
    /// The newest glibc of which it uses something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) glibc: Option<Glibc>,
}

const X86_64: &str = "x86-64";

/// The libraries of Debian's images: the parts of glibc, and the library of GCC that Rust unwinds with.
const PRESENT: [&str; 7] =
    ["ld-linux-x86-64.so.2", "libc.so.6", "libdl.so.2", "libgcc_s.so.1", "libm.so.6", "libpthread.so.0", "librt.so.1"];

impl Executable {
    /// Reads the headers of a file.
    ///
    /// # Errors
    ///
    /// If it is no executable for Linux, with what it is instead.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        if let Some(other) = other_format(bytes) {
            return Err(format!("it is {other}"));
        }
        let file =
            ElfBytes::<LittleEndian>::minimal_parse(bytes).map_err(|error| format!("it is no ELF file: {error}"))?;
        let architecture = match (file.ehdr.class, file.ehdr.e_machine) {
            (Class::ELF64, EM_X86_64) => X86_64,
            (Class::ELF64, EM_AARCH64) => "arm64",
            (_, machine) => return Err(format!("it is an ELF file for another processor (machine {machine})")),
        };
        if ![ET_EXEC, ET_DYN].contains(&file.ehdr.e_type) {
            return Err("it is an object file, and no executable".to_owned());
        }
        let read = || -> Result<Self, elf::ParseError> {
            Ok(Executable {
                architecture,
                interpreter: interpreter(&file)?,
                libraries: libraries(&file)?,
                glibc: glibc(&file)?,
            })
        };
        read().map_err(|error| format!("its ELF headers cannot be read: {error}"))
    }

    /// Whether it needs nothing of the machine but a kernel.
    pub(super) fn is_static(&self) -> bool {
        self.interpreter.is_none() && self.libraries.is_empty()
    }

    /// The reasons why a function app cannot run the executable, each with the next step.
    pub(super) fn problems(&self, platform: Glibc) -> Vec<String> {
        let mut problems = Vec::new();
        if self.architecture != X86_64 {
            problems.push(format!(
                "it is for {}, and Azure runs function apps of a zip on x86-64; build for {STATIC_TARGET}",
                self.architecture
            ));
        }
        match self.interpreter.as_deref() {
            Some(interpreter) if interpreter.contains("/ld-musl-") => problems.push(format!(
                "it wants {interpreter}, which is not there in Azure; link musl statically, without `-C target-feature=-crt-static`"
            )),
            Some(interpreter) if self.architecture == X86_64 && interpreter != "/lib64/ld-linux-x86-64.so.2" => {
                problems.push(format!("it wants {interpreter}, which is there on this machine only; {MEND}"));
            }
            _ => {}
        }
        if let Some(glibc) = self.glibc.filter(|glibc| *glibc > platform) {
            problems.push(format!("it needs glibc {glibc}, and the machines of Azure have {platform}; {MEND}"));
        }
        problems
    }

    /// The reasons that may keep a function app from running the executable.
    pub(super) fn warnings(&self, platform: Glibc) -> Vec<String> {
        let mut warnings = Vec::new();
        if let Some(glibc) =
            self.glibc.filter(|glibc| (OLDEST_GLIBC..=platform).contains(glibc) && *glibc != OLDEST_GLIBC)
        {
            warnings.push(format!(
                "it needs glibc {glibc}: Debian 12 has {PLATFORM_GLIBC}, machines with Debian 11 have {OLDEST_GLIBC} and do not start \
                 it; {MEND}"
            ));
        }
        let absent: Vec<_> = self.libraries.iter().filter(|library| !PRESENT.contains(&library.as_str())).collect();
        if !absent.is_empty() {
            let names = absent.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            warnings.push(format!(
                "it needs the shared libraries {names}, which the machine may not have; link them statically"
            ));
        }
        warnings
    }
}

pub(super) const STATIC_TARGET: &str = "x86_64-unknown-linux-musl";

/// The two ways to a program that every Linux runs.
const MEND: &str = "`rustup target add x86_64-unknown-linux-musl` makes it static, and zig builds for glibc 2.31: \
    `pip install ziglang cargo-zigbuild`";

impl Display for Executable {
    /// `x86-64, static`, or `x86-64, glibc 2.34`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, ", self.architecture)?;
        match self.glibc {
            _ if self.is_static() => f.write_str("static"),
            Some(glibc) => write!(f, "glibc {glibc}"),
            None => f.write_str("dynamic"),
        }
    }
}

/// The formats of other systems, by their first bytes.
fn other_format(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x7f, b'E', b'L', b'F', ..] => None,
        [b'M', b'Z', ..] => Some("a program for Windows"),
        [0xcf | 0xce, 0xfa, 0xed, 0xfe, ..] | [0xca, 0xfe, 0xba, 0xbe, ..] => Some("a program for macOS"),
        [b'#', b'!', ..] => Some("a script"),
        _ => Some("no ELF file, the programs of Linux"),
    }
}

fn interpreter(file: &ElfBytes<'_, LittleEndian>) -> Result<Option<String>, elf::ParseError> {
    let segment = file.segments().and_then(|segments| segments.iter().find(|segment| segment.p_type == PT_INTERP));
    let Some(segment) = segment else { return Ok(None) };
    let name = String::from_utf8_lossy(file.segment_data(&segment)?).trim_end_matches('\0').to_owned();
    Ok(Some(name))
}

fn libraries(file: &ElfBytes<'_, LittleEndian>) -> Result<Vec<String>, elf::ParseError> {
    let Some(dynamic) = file.dynamic()? else { return Ok(Vec::new()) };
    let Some(names) = linked_names(file, SHT_DYNAMIC)? else { return Ok(Vec::new()) };
    let needed = dynamic.iter().filter(|entry| entry.d_tag == DT_NEEDED);
    let name = |at: u64| names.get(usize::try_from(at)?).map(str::to_owned);
    needed.map(|entry| name(entry.d_val())).collect()
}

/// The newest of the versions `GLIBC_2.31` that the file names.
fn glibc(file: &ElfBytes<'_, LittleEndian>) -> Result<Option<Glibc>, elf::ParseError> {
    let Some(needs) = section(file, SHT_GNU_VERNEED) else { return Ok(None) };
    let Some(names) = linked_names(file, SHT_GNU_VERNEED)? else { return Ok(None) };
    let (data, _) = file.section_data(&needs)?;
    let files = VerNeedIterator::new(LittleEndian, file.ehdr.class, needs.sh_info.into(), 0, data);
    let versions = files.flat_map(|(_, versions)| versions);
    let names = versions.filter_map(|version| names.get(usize::try_from(version.vna_name).ok()?).ok());
    Ok(names.filter_map(|name| name.strip_prefix("GLIBC_")?.parse().ok()).max())
}

fn section(file: &ElfBytes<'_, LittleEndian>, kind: u32) -> Option<SectionHeader> {
    file.section_headers()?.iter().find(|section| section.sh_type == kind)
}

/// The names that a section of this type refers to.
fn linked_names<'data>(
    file: &ElfBytes<'data, LittleEndian>,
    kind: u32,
) -> Result<Option<StringTable<'data>>, elf::ParseError> {
    let (Some(sections), Some(section)) = (file.section_headers(), section(file, kind)) else { return Ok(None) };
    let names = sections.get(usize::try_from(section.sh_link)?)?;
    file.section_data_as_strtab(&names).map(Some)
}

#[cfg(test)]
mod small_elf;
#[cfg(test)]
mod tests;
