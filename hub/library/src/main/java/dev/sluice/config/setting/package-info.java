/// A setting, its type and its value, wherever it comes from.
@NullMarked
package dev.sluice.config.setting;

import org.jspecify.annotations.NullMarked;
