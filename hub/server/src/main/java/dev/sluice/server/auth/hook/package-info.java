/// Access decisions of another program.
///
/// [HookQuestion] is the request to the application, and [HookResponse] its answer.
@NullMarked
package dev.sluice.server.auth.hook;

import org.jspecify.annotations.NullMarked;
