/**
 * The one reader of lists of devices that people write: MAC addresses and serial numbers, typed,
 * pasted, or in text files and spreadsheets. Pure functions. What devices themselves send is read
 * by {@code protocol}.
 */
@NullMarked
package io.slipway.lists;

import org.jspecify.annotations.NullMarked;
