/// Every verb at every door of a hub with every credential, over real sockets, against a small model. A
/// further way into the hub is a row of [Door]. Read [AccessMatrixTest] first.
@NullMarked
package dev.sluice.server.matrix;

import org.jspecify.annotations.NullMarked;
