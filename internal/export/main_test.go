package export_test

import (
	"testing"

	"liuhen/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }
