/// Incidents: what failed, when, who was alerted, and when it ended. Start with [Incident] and [IncidentLog].
@NullMarked
package dev.sluice.sense.incident;

import org.jspecify.annotations.NullMarked;
