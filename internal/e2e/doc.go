// Package e2e proves the portal the way people meet it: it builds the program,
// starts it with the demo institution, and works in real browser windows, a
// window for each person. It holds tests only.
//
//	stage_test.go    what all tests share: the running portal and one Chromium
//	portal_test.go   building, starting, stopping, and the database behind it
//	window_test.go   a person's window and what it complains of
//	hands_test.go    pointing, typing and looking in a window
//
// A window fails its test on any error in the console, exception or violation
// of the content security policy that the test did not provoke.
//
// Environment: LIUHEN_DATA names the folder of the public data sets;
// E2E_SHOTS a folder for pictures of the main pages; CI=true turns whatever is
// missing from a reason to skip into a failure.
package e2e
