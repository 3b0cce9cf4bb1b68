/// The pages that the hub serves to browsers: what it is and its channels, and a live viewer of each channel.
/// Their files are in the resources of this package, as a browser reads them; Java only fills in what is there
/// before, or without, any script. Read [Pages] first.
@NullMarked
package dev.sluice.server.page;

import org.jspecify.annotations.NullMarked;
