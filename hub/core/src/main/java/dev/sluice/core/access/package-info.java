/// Permission to use channels: a caller is a principal, a grant says what it may do, and a refusal is an
/// [AccessDeniedException][dev.sluice.core.access.AccessDeniedException]. Read [dev.sluice.core.access.Grant]
/// first.
@NullMarked
package dev.sluice.core.access;

import org.jspecify.annotations.NullMarked;
