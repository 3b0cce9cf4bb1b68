/// Text for machines on machines with other locales, digits and encodings. Read `MachineTextTest` first.
@NullMarked
package dev.sluice.app.locale;

import org.jspecify.annotations.NullMarked;
