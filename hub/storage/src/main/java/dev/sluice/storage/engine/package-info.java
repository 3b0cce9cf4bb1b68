/// RocksDB, its folder and its files: opening, locking, checkpoints, and what a torn file looks like.
@NullMarked
package dev.sluice.storage.engine;

import org.jspecify.annotations.NullMarked;
