/// Keys and certificates in PEM files.
@NullMarked
package dev.sluice.config.key;

import org.jspecify.annotations.NullMarked;
