/// Who a caller is: keys, passwords, certificates.
@NullMarked
package dev.sluice.server.auth.identity;

import org.jspecify.annotations.NullMarked;
