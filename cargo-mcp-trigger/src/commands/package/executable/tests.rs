//! Needs of small executables.

use super::small_elf::Elf;
use super::*;

fn read(elf: Elf<'_>) -> Executable {
    Executable::read(&elf.bytes()).unwrap()
}

fn problems(elf: Elf<'_>) -> String {
    read(elf).problems(PLATFORM_GLIBC).join("\n")
}

#[test]
fn what_an_executable_needs_is_read() {
    let executable = read(Elf::STATIC);
    assert!(executable.is_static());
    assert_eq!(executable.to_string(), "x86-64, static");
    assert!(executable.problems(PLATFORM_GLIBC).is_empty() && executable.warnings(PLATFORM_GLIBC).is_empty());

    let executable = read(Elf::DYNAMIC);
    assert!(!executable.is_static());
    assert_eq!(executable.libraries, ["libgcc_s.so.1", "libc.so.6"]);
    assert_eq!(executable.interpreter.as_deref(), Elf::DYNAMIC.interpreter);
    assert_eq!(executable.to_string(), "x86-64, glibc 2.34", "2.34 is newer than 2.9");
}

#[test]
fn the_glibc_is_compared_with_that_of_azure() {
    assert_eq!(problems(Elf::DYNAMIC), "");
    let warnings = read(Elf::DYNAMIC).warnings(PLATFORM_GLIBC);
    assert!(warnings.len() == 1 && warnings[0].contains("2.34") && warnings[0].contains("Debian 11"), "{warnings:?}");
    let old = Elf { versions: &["GLIBC_2.31"], ..Elf::DYNAMIC };
    assert!(read(old).warnings(PLATFORM_GLIBC).is_empty());
    let new = problems(Elf { versions: &["GLIBC_2.39"], ..Elf::DYNAMIC });
    assert!(
        new.contains("needs glibc 2.39") && new.contains("have 2.36") && new.contains("rustup target add"),
        "{new}"
    );
    let new = read(Elf { versions: &["GLIBC_2.39"], ..Elf::DYNAMIC });
    assert!(new.problems("2.39".parse().unwrap()).is_empty(), "as the user says");
    assert!("2".parse::<Glibc>().is_err() && "two.3".parse::<Glibc>().is_err());
}

#[test]
fn what_azure_does_not_have_is_told() {
    let musl = problems(Elf {
        interpreter: Some("/lib/ld-musl-x86_64.so.1"),
        libraries: &["libc.so"],
        versions: &[],
        ..Elf::STATIC
    });
    assert!(musl.contains("link musl statically"), "{musl}");
    let nix = problems(Elf { interpreter: Some("/nix/store/x-glibc-2.40/lib/ld-linux-x86-64.so.2"), ..Elf::DYNAMIC });
    assert!(nix.contains("on this machine only"), "{nix}");
    let arm = problems(Elf { machine: EM_AARCH64, ..Elf::STATIC });
    assert!(arm.contains("for arm64"), "{arm}");
    let warnings =
        read(Elf { libraries: &["libc.so.6", "libssl.so.3"], ..Elf::DYNAMIC }).warnings(PLATFORM_GLIBC).join("\n");
    assert!(warnings.contains("`libssl.so.3`") && !warnings.contains("`libc.so.6`"), "{warnings}");
}

#[test]
fn other_files_are_named() {
    let other = |bytes: &[u8]| Executable::read(bytes).unwrap_err();
    assert!(other(b"MZ\x90").contains("Windows"));
    assert!(other(&[0xcf, 0xfa, 0xed, 0xfe, 1]).contains("macOS"));
    assert!(other(b"#!/bin/sh\n").contains("script"));
    assert!(other(b"").contains("no ELF file"));
    let whole = Elf::DYNAMIC.bytes();
    for length in 4..whole.len() {
        // Whatever is missing, it is an answer.
        let _ = Executable::read(&whole[..length]);
    }
    assert!(Executable::read(&Elf { machine: 3, ..Elf::STATIC }.bytes()).unwrap_err().contains("another processor"));
}
