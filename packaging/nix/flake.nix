# nix run "path:.?dir=packaging/nix" -- list, or ...nix#tray. Not tested.
{
  description = "Start a server once and share it between editors, shells and scripts";

  inputs.nixpkgs.url = "nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      forEach = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
    in
    {
      packages = forEach (pkgs: rec {
        sharedserver = pkgs.callPackage ./package.nix { };
        default = sharedserver;
      });
      apps = forEach (pkgs: {
        tray = {
          type = "app";
          program = "${self.packages.${pkgs.system}.default}/bin/sharedserver-tray";
        };
      });
    };
}
