/// The commands of the program: each is a class that reads its arguments, does its work with the client or the server,
/// and ends with an exit code. Begin with [Sluice].
@NullMarked
package dev.sluice.app.command;

import org.jspecify.annotations.NullMarked;
