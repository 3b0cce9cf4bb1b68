/// The page `/demos/` of a hub: all demos running on the hub's own port, each with its sources and its bytes on
/// the wire. Read [dev.sluice.demos.gallery.Gallery] first.
@NullMarked
package dev.sluice.demos.gallery;

import org.jspecify.annotations.NullMarked;
