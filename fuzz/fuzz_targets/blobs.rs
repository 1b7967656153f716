//! Blobs in a folder: their paths, each on a line. Each has a file of its own, in the folder of its container.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_trigger_core::storage::{BlobPath, Folder, Storage as _};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use tokio::runtime::{Builder, Runtime};

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Builder::new_current_thread().build().expect("a runtime"));
static ROOT: LazyLock<PathBuf> =
    LazyLock::new(|| std::env::temp_dir().join(format!("mcp-trigger-fuzz-{}", std::process::id())));

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let paths: Vec<_> = text.lines().take(6).filter_map(|line| BlobPath::parse(line).ok()).collect();
    if paths.is_empty() {
        return;
    }
    let folder = Folder::new(&*ROOT);
    RUNTIME.block_on(async {
        let mut written = BTreeMap::new();
        for (at, path) in paths.into_iter().enumerate() {
            let content = at.to_string();
            if folder.write_blob(&path, content.clone().into()).await.is_ok() {
                written.insert(path, content);
            }
        }
        for (path, content) in &written {
            let read = folder.read_blob(path).await.expect("what was written can be read");
            assert_eq!(read.as_deref(), Some(content.as_bytes()), "{path} has another content");
        }
        assert_eq!(files(&ROOT.join("blobs")), written.len(), "a blob has no file of its own in the folder");
        for path in written.keys() {
            folder.delete_blob(path).await.expect("what was written can be deleted");
        }
        assert_eq!(files(&ROOT.join("blobs")), 0, "a blob is left");
    });
    fs::remove_dir_all(&*ROOT).expect("the folder can be deleted");
});

/// The number of files in a folder and those inside of it.
fn files(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.map(|path| if path.is_dir() { files(&path) } else { 1 }).sum()
}
