/// The file `sluice.toml`: reading it into a [dev.sluice.config.Configuration], with all mistakes and their places, and
/// writing one. Read [dev.sluice.app.config.ConfigurationFile] first.
@NullMarked
package dev.sluice.app.config;

import org.jspecify.annotations.NullMarked;
