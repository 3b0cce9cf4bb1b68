/// A program's handlers: their requests, threads, streams and sockets.
@NullMarked
package dev.sluice.embed.handler;

import org.jspecify.annotations.NullMarked;
