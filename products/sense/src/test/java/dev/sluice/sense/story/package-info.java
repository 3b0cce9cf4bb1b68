/// The complete path from a server that breaks to the people who are alerted. Start with [BrokenServersTest].
package dev.sluice.sense.story;
