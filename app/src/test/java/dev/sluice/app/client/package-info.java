/// Runs the own tests of the client for browsers and Node.
@NullMarked
package dev.sluice.app.client;

import org.jspecify.annotations.NullMarked;
