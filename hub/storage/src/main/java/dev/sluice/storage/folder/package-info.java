/// The settings and failures of opening a data folder, and who may read it.
@NullMarked
package dev.sluice.storage.folder;

import org.jspecify.annotations.NullMarked;
