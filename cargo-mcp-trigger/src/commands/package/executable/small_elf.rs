//! Executables of a few hundred bytes, for tests.

/// The parts of a small ELF file.
#[derive(Clone, Copy)]
pub(crate) struct Elf<'a> {
    /// 62 is x86-64, 183 arm64.
    pub(crate) machine: u16,
    pub(crate) interpreter: Option<&'a str>,
    pub(crate) libraries: &'a [&'a str],
    /// Versions of `libc.so.6`.
    pub(crate) versions: &'a [&'a str],
}

impl Elf<'_> {
    /// A program that needs nothing.
    pub(crate) const STATIC: Self = Elf { machine: 62, interpreter: None, libraries: &[], versions: &[] };
    /// A program as Rust makes it for glibc.
    pub(crate) const DYNAMIC: Self = Elf {
        machine: 62,
        interpreter: Some("/lib64/ld-linux-x86-64.so.2"),
        libraries: &["libgcc_s.so.1", "libc.so.6"],
        versions: &["GLIBC_2.2.5", "GLIBC_2.34", "GLIBC_2.9", "GLIBC_ABI_DT_RELR"],
    };

    /// The bytes of the file.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        const HEADER: usize = 64;
        const SEGMENT: usize = 56;
        let mut names = vec![0];
        let mut name = |text: &str| {
            let at = u32::try_from(names.len()).unwrap();
            names.extend(text.bytes().chain([0]));
            at
        };
        let dynamic: Vec<_> =
            self.libraries.iter().map(|library| [1, u64::from(name(library))]).chain([[0, 0]]).collect();
        let dynamic: Vec<u8> = dynamic.into_iter().flatten().flat_map(u64::to_le_bytes).collect();
        let count = u16::try_from(self.versions.len()).unwrap();
        let mut needs = Vec::new();
        needs.extend([1u16, count].into_iter().flat_map(u16::to_le_bytes));
        needs.extend([name("libc.so.6"), 16, 0].into_iter().flat_map(u32::to_le_bytes));
        for (at, version) in (1..).zip(self.versions) {
            needs.extend([0u32].into_iter().flat_map(u32::to_le_bytes));
            needs.extend([0u16, 2].into_iter().flat_map(u16::to_le_bytes));
            let next = if at == count { 0 } else { 16 };
            needs.extend([name(version), next].into_iter().flat_map(u32::to_le_bytes));
        }
        let interpreter: Vec<u8> = self.interpreter.iter().flat_map(|name| name.bytes().chain([0])).collect();

        let segments = usize::from(self.interpreter.is_some());
        let mut data: Vec<u8> = Vec::new();
        let mut place = |bytes: &[u8]| {
            let at = HEADER + segments * SEGMENT + data.len();
            data.extend(bytes);
            [at as u64, bytes.len() as u64]
        };
        let [interpreter, names, dynamic, needs] = [&interpreter, &names, &dynamic, &needs].map(|bytes| place(bytes));
        let sections = (HEADER + segments * SEGMENT + data.len()) as u64;

        let mut file = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
        let half =
            |file: &mut Vec<u8>, numbers: &[u16]| file.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        let word =
            |file: &mut Vec<u8>, numbers: &[u32]| file.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        let long =
            |file: &mut Vec<u8>, numbers: &[u64]| file.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        half(&mut file, &[3, self.machine]);
        word(&mut file, &[1]);
        long(&mut file, &[0, HEADER as u64, sections]);
        word(&mut file, &[0]);
        half(&mut file, &[64, 56, u16::try_from(segments).unwrap(), 64, 4, 0]);
        if self.interpreter.is_some() {
            word(&mut file, &[3, 4]);
            long(&mut file, &[interpreter[0], 0, 0, interpreter[1], interpreter[1], 1]);
        }
        file.extend(data);
        let section = |file: &mut Vec<u8>, kind: u32, [at, size]: [u64; 2], link: u32, info: u32, entry: u64| {
            word(file, &[0, kind]);
            long(file, &[0, 0, at, size]);
            word(file, &[link, info]);
            long(file, &[1, entry]);
        };
        section(&mut file, 0, [0, 0], 0, 0, 0);
        section(&mut file, 3, names, 0, 0, 0);
        section(&mut file, 6, dynamic, 1, 0, 16);
        section(&mut file, 0x6fff_fffe, needs, 1, u32::from(count > 0), 0);
        file
    }
}
