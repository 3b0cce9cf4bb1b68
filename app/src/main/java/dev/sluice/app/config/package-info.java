/// What an operator may decide: every setting with its unit, limits and default, the file `sluice.toml`, and what is in
/// force once flags have won over the file and the file over defaults. Begin with [Settings], then [Configuration].
@NullMarked
package dev.sluice.app.config;

import org.jspecify.annotations.NullMarked;
