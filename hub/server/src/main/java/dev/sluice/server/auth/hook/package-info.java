/// An access decision that another program makes.
@NullMarked
package dev.sluice.server.auth.hook;

import org.jspecify.annotations.NullMarked;
