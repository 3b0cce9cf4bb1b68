/// The page at `/lab/`, whose clients are the visitor's browser. Begin with [dev.sluice.lab.page.LabPages].
@NullMarked
package dev.sluice.lab.page;

import org.jspecify.annotations.NullMarked;
