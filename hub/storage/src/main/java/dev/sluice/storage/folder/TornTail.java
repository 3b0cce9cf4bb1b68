package dev.sluice.storage.folder;

import java.nio.file.Path;

/// A write at the end of a file that a crash cut short. The next start drops it.
///
/// @param bytes the length of the remaining part
public record TornTail(Path file, long bytes) {}
