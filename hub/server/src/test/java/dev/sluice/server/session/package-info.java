@NullMarked
package dev.sluice.server.session;

import org.jspecify.annotations.NullMarked;
