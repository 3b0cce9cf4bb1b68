/// The settings and failures of opening a data folder.
@NullMarked
package dev.sluice.storage.folder;

import org.jspecify.annotations.NullMarked;
