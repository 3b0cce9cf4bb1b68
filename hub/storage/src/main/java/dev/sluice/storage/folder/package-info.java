/// How a data folder is opened, and what may be wrong with it.
@NullMarked
package dev.sluice.storage.folder;

import org.jspecify.annotations.NullMarked;
