/// An access decision that another program makes.
///
/// [HookQuestion] is what the application is asked, and [HookResponse] what its answer permits.
@NullMarked
package dev.sluice.server.auth.hook;

import org.jspecify.annotations.NullMarked;
