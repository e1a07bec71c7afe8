/** What people and programs prove who they are with: names, passwords, tokens and cookies. */
@NullMarked
package io.slipway.account.credentials;

import org.jspecify.annotations.NullMarked;
