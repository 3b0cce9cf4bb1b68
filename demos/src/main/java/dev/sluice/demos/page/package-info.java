/// What the demos' pages have in common: where their files come from, and what they may load.
@NullMarked
package dev.sluice.demos.page;

import org.jspecify.annotations.NullMarked;
