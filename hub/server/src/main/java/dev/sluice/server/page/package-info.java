/// The pages that the hub serves to browsers: the list of channels, and a live viewer of each channel. Their files are
/// in the resources of this package; Java only fills in the contents shown before, or without, any script. Read
/// [Pages] first.
@NullMarked
package dev.sluice.server.page;

import org.jspecify.annotations.NullMarked;
