# How Homebrew builds it. Not tested. docs/packaging.md says how to install by it, which puts the path
# of a clone in the place of @clone@.
# A release adds `homepage`, and `url` and `sha256` of its archive.
class Sharedserver < Formula
  desc "Start a server once and share it between editors, shells and scripts"
  license "MIT"
  head "file://@clone@", using: :git, branch: "main"

  depends_on "cmake" => :build
  depends_on "ninja" => :build
  depends_on "tl-expected" => :build
  depends_on "qt"

  def install
    system "cmake", "-S", ".", "-B", "build/homebrew", "-G", "Ninja",
           "-DBUILD_TESTING=OFF", "-DCMAKE_COMPILE_WARNING_AS_ERROR=OFF", *std_cmake_args
    system "cmake", "--build", "build/homebrew"
    system "cmake", "--install", "build/homebrew"
  end

  service do
    run [opt_bin/"sharedserver", "watch", "--take-over", "--linger", "8760h"]
    keep_alive successful_exit: false
  end

  def caveats
    <<~TEXT
      The tray: open "#{opt_prefix}/Applications/Shared Servers.app"
      Its settings start it at login.
      Neovim finds the plugin with:
        vim.opt.packpath:append("#{HOMEBREW_PREFIX}/share/nvim/site")
    TEXT
  end

  test do
    ENV["SHAREDSERVER_LOCKDIR"] = testpath/"locks"
    system bin/"sharedserver", "use", "web", "--pid", Process.pid.to_s, "--", "sleep", "60"
    assert_match "Active", shell_output("#{bin}/sharedserver list")
    system bin/"sharedserver", "admin", "stop", "web"
  end
end
