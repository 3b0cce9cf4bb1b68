/// The configuration of a hub: every setting with its key, unit, limits and default, and the effective values
/// with their sources. The command line and programs share it. Read [dev.sluice.config.Settings] first, then
/// [dev.sluice.config.Configuration].
///
/// [KeyEntry] and [GrantEntry] are the entries of keys and grants, and [KeyFiles] reads their files.
/// [ConfigurationChange] says what a running hub takes over from a changed file.
@NullMarked
package dev.sluice.config;

import org.jspecify.annotations.NullMarked;
