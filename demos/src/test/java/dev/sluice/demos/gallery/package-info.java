/// The gallery in a browser, and what it serves.
@NullMarked
package dev.sluice.demos.gallery;

import org.jspecify.annotations.NullMarked;
