/// The page at `/lab/`, whose clients run in the visitor's browser. Start with
/// [dev.sluice.lab.page.LabPages].
@NullMarked
package dev.sluice.lab.page;

import org.jspecify.annotations.NullMarked;
