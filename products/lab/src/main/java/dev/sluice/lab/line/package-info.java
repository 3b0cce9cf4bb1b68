/// The line between clients and the hub, which counts bytes and can be cut.
@NullMarked
package dev.sluice.lab.line;

import org.jspecify.annotations.NullMarked;
