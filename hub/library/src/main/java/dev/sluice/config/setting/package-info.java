/// A setting, its type, and its value with the source.
@NullMarked
package dev.sluice.config.setting;

import org.jspecify.annotations.NullMarked;
