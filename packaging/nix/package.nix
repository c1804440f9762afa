# How Nix builds it. Not tested.
{ lib, stdenv, cmake, ninja, qt6, tl-expected, xorg }:

stdenv.mkDerivation {
  pname = "sharedserver";
  version = "1.0.0";
  src = lib.cleanSource ../..;

  nativeBuildInputs = [ cmake ninja qt6.wrapQtAppsHook qt6.qttools ];
  buildInputs = [ qt6.qtbase tl-expected ]
    ++ lib.optionals stdenv.hostPlatform.isLinux [ qt6.qtwayland xorg.libX11 xorg.libxcb ];
  cmakeFlags = [
    (lib.cmakeBool "BUILD_TESTING" false)
    (lib.cmakeBool "CMAKE_COMPILE_WARNING_AS_ERROR" false)
    (lib.cmakeFeature "SHAREDSERVER_SYSTEMD_USER_DIR" "lib/systemd/user")
  ];
  # The command line needs no paths of Qt's plugins, and starts faster without a wrapper.
  dontWrapQtApps = true;
  postFixup = ''
    wrapQtApp $out/bin/sharedserver-tray
  '';

  meta = {
    description = "Start a server once and share it between editors, shells and scripts";
    license = lib.licenses.mit;
    mainProgram = "sharedserver";
    platforms = lib.platforms.linux ++ lib.platforms.darwin;
  };
}
