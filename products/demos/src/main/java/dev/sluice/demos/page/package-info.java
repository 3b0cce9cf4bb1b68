/// Serving of the demos' pages: their files and their security headers.
@NullMarked
package dev.sluice.demos.page;

import org.jspecify.annotations.NullMarked;
