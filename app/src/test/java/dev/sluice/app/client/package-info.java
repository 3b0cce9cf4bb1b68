/// The client for browsers and Node, whose tests are its own: here they are run.
@NullMarked
package dev.sluice.app.client;

import org.jspecify.annotations.NullMarked;
