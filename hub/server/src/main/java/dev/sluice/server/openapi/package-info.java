/// The description of the HTTP API for machines: `/openapi.json`. Read [OpenApi] first.
@NullMarked
package dev.sluice.server.openapi;

import org.jspecify.annotations.NullMarked;
