/// The probes of Kubernetes and of load balancers: `/livez` and `/readyz`. Read [Probes] first.
@NullMarked
package dev.sluice.server.health;

import org.jspecify.annotations.NullMarked;
