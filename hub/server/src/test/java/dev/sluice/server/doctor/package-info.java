@NullMarked
package dev.sluice.server.doctor;

import org.jspecify.annotations.NullMarked;
