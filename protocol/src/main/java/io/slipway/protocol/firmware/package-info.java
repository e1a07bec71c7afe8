/**
 * ESP application images, the {@code .bin} files that devices install: read and written.
 *
 * <p>Everything is streamed; a file is never held in memory. Sources: ESP-IDF's {@code
 * esp_app_format.h}, {@code esp_app_desc.h}, {@code esp_image_format.c} and Espressif's {@code
 * esptool} and {@code espsecure}.
 */
@NullMarked
package io.slipway.protocol.firmware;

import org.jspecify.annotations.NullMarked;
