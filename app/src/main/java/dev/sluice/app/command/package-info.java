/// The commands of the program: each class parses its arguments, does its work with the client or the server, and
/// returns an exit code. Read [RootCommand] first.
@NullMarked
package dev.sluice.app.command;

import org.jspecify.annotations.NullMarked;
