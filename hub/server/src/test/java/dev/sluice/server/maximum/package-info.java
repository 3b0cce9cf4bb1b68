/// One client that exhausts a limit, beside a bystander. Begin with [OneClientAtEveryMaximumTest].
@NullMarked
package dev.sluice.server.maximum;

import org.jspecify.annotations.NullMarked;
