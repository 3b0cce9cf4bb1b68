/// What the users of an application may do with channels: one bean of [SluiceAccess] decides it for streams of
/// the application and for an embedded hub.
@NullMarked
package dev.sluice.spring.access;

import org.jspecify.annotations.NullMarked;
