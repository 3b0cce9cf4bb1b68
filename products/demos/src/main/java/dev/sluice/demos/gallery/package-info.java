/// The page `/demos/` of a hub: all demos on the hub's own port, each with its sources and its bytes on the wire.
/// Start with [dev.sluice.demos.gallery.Gallery].
@NullMarked
package dev.sluice.demos.gallery;

import org.jspecify.annotations.NullMarked;
