/// The log of the process, behind `System.Logger`.
@NullMarked
package dev.sluice.app.log;

import org.jspecify.annotations.NullMarked;
